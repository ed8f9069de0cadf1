// Says when each frame is due: frame k at start + k · length. Every time is counted from the start, not from the
// last timeout, so a timer that fires late makes one frame late and no other.
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

class FrameClock : public QObject
{
	Q_OBJECT

public:
	explicit FrameClock(std::chrono::milliseconds frameLength);

	/** The first frame is due now. */
	void start();
	void stop();

signals:
	/** Once for each frame. @param dueAt when it was: ms since the Unix epoch. */
	void frameDue(double dueAt);

private:
	void announceDueFrames();

	std::chrono::milliseconds m_frameLength;
	std::chrono::steady_clock::time_point m_dueAt;
	QTimer m_timer;
};
