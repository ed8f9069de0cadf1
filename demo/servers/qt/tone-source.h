// The sound: a sine per channel. Sample i is computed from i alone, so no error adds up and any sample can be
// checked. Your own source has the same two methods.
#pragma once

#include <QByteArray>

class ToneSource
{
public:
	static constexpr quint8 Channels = 2;

	/** @param sampleRate Hz. */
	explicit ToneSource(quint32 sampleRate);

	/** Hz. */
	quint32 sampleRate() const;

	/** The next `sampleFrames` (one sample per channel each): s32, little endian, interleaved. */
	QByteArray read(qsizetype sampleFrames);

private:
	quint32 m_sampleRate;
	/** Index of the next sample frame. */
	quint64 m_position = 0;
};
