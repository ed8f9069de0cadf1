#include "frame-clock.h"

#include "epoch-time.h"

#include <algorithm>

using namespace std::chrono;

namespace {

/** Lateness that counts as sleep: the schedule begins anew, since nobody wants the missed hour in one burst. */
constexpr seconds Sleep{1};

} // namespace

FrameClock::FrameClock(milliseconds frameLength) : m_frameLength(frameLength)
{
	m_timer.setSingleShot(true);
	// Qt's default timer may be 5 % off.
	m_timer.setTimerType(Qt::PreciseTimer);
	connect(&m_timer, &QTimer::timeout, this, &FrameClock::announceDueFrames);
}

void FrameClock::start()
{
	m_dueAt = steady_clock::now();
	m_timer.start(0);
}

void FrameClock::stop()
{
	m_timer.stop();
}

void FrameClock::announceDueFrames()
{
	const auto now = steady_clock::now();
	if (now - m_dueAt > Sleep) {
		m_dueAt = now;
	}
	for (; m_dueAt <= now; m_dueAt += m_frameLength) {
		emit frameDue(epochMs() - duration<double, std::milli>(steady_clock::now() - m_dueAt).count());
	}
	const auto wait = ceil<milliseconds>(m_dueAt - steady_clock::now());
	m_timer.start(std::max(wait, milliseconds::zero()));
}
