#include "tone-source.h"

#include <QtEndian>

#include <array>
#include <cmath>

namespace {

/** Hz of the left and the right channel. They share no divisor with 16 000 Hz: the sound repeats only every
 * second, and a lost frame cannot hide. */
constexpr std::array<quint64, ToneSource::Channels> Frequencies{441, 661};

/** Peak of full scale 1. */
constexpr double Level = 0.25;

constexpr double FullScale = 2147483648.0;
constexpr double TwoPi = 6.283185307179586;

qint32 toneSample(quint64 index, quint64 frequency, quint32 sampleRate)
{
	const auto phase = static_cast<double>(frequency * index % sampleRate);
	return static_cast<qint32>(std::lround(Level * FullScale * std::sin(TwoPi * phase / sampleRate)));
}

} // namespace

ToneSource::ToneSource(quint32 sampleRate) : m_sampleRate(sampleRate) {}

quint32 ToneSource::sampleRate() const
{
	return m_sampleRate;
}

QByteArray ToneSource::read(qsizetype sampleFrames)
{
	QByteArray pcm(sampleFrames * Channels * qsizetype(sizeof(qint32)), Qt::Uninitialized);
	char *sample = pcm.data();
	for (qsizetype i = 0; i < sampleFrames; ++i) {
		for (const quint64 frequency : Frequencies) {
			qToLittleEndian(toneSample(m_position, frequency, m_sampleRate), sample);
			sample += sizeof(qint32);
		}
		++m_position;
	}
	return pcm;
}
