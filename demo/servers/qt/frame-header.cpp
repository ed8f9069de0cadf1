#include "frame-header.h"

#include <QtEndian>

#include <cstring>

namespace {

constexpr qsizetype HeaderBytes = 32;
constexpr quint8 WireVersion = 1;
constexpr quint8 SampleFormatS32 = 3;

quint64 bitsOf(double value)
{
	static_assert(sizeof(double) == sizeof(quint64));
	quint64 bits;
	std::memcpy(&bits, &value, sizeof bits);
	return bits;
}

} // namespace

QByteArray encodeFrame(const FrameHeader &header, const QByteArray &pcm)
{
	QByteArray frame(HeaderBytes, Qt::Uninitialized);
	char *field = frame.data();
	std::memcpy(field, "SPCM", 4);
	qToLittleEndian(WireVersion, field + 4);
	qToLittleEndian(SampleFormatS32, field + 5);
	qToLittleEndian(header.channels, field + 6);
	qToLittleEndian(header.flags, field + 7);
	qToLittleEndian(header.sampleRate, field + 8);
	qToLittleEndian(header.sequence, field + 12);
	qToLittleEndian(header.pts, field + 16);
	qToLittleEndian(bitsOf(header.captureTime), field + 24);
	return frame + pcm;
}
