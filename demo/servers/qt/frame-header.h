// The wire frame of `steadypcm.v1`: a 32-byte little-endian header, then interleaved s32 PCM.
#pragma once

#include <QByteArray>

struct FrameHeader
{
	quint8 channels;
	/** Hz. */
	quint32 sampleRate;
	/** One more with each frame, wraps. */
	quint32 sequence;
	/** Media position of the first sample, in sample frames. */
	quint64 pts;
	/** When the first sample was captured: ms since the Unix epoch, 0 if unknown. */
	double captureTime;
	/** Sum of 1 (discontinuity), 2 (end of stream) and 4 (repeated). */
	quint8 flags = 0;
};

/** One binary message. @param pcm whole sample frames: s32, little endian, interleaved. */
QByteArray encodeFrame(const FrameHeader &header, const QByteArray &pcm);
