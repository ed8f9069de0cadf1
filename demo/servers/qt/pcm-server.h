// One source to any number of listeners: TCP connection → (TCP_NODELAY) → WebSocket → a message for each frame.
// Raw PCM, or frames with a header for who offers the subprotocol `steadypcm.v1`.
#pragma once

#include "frame-clock.h"
#include "protocol-text.h"
#include "tone-source.h"

#include <QList>
#include <QTcpServer>
#include <QWebSocketServer>

class QTcpSocket;
class QWebSocket;

class PcmServer : public QObject
{
	Q_OBJECT

public:
	static constexpr std::chrono::milliseconds FrameLength{20};

	/** @param source whose rate, Hz, makes whole sample frames of FrameLength. */
	explicit PcmServer(const ToneSource &source);
	~PcmServer() override;

	/** Starts the stream. @param port 0 takes any free one. @returns false on failure: see errorString(). */
	bool listen(const QHostAddress &address, quint16 port);
	QString errorString() const;
	/** Where it listens. */
	QUrl url() const;

	/** Ends the stream and tells all listeners, which get half a second to take it. */
	void close();

signals:
	void closed();

private:
	void acceptConnections();
	void welcomeListeners();
	void broadcast(double captureTime);
	void answer(QWebSocket *listener, const QString &text);
	void dismiss(QWebSocket *listener);
	bool isListener(const QTcpSocket &connection) const;

	ToneSource m_source;
	StreamIdentity m_identity;
	FrameClock m_clock;
	QTcpServer m_tcpServer;
	QWebSocketServer m_webSocketServer;
	QList<QWebSocket *> m_listeners;
	/** Of the next frame. */
	quint32 m_sequence = 0;
	quint64 m_pts = 0;
	bool m_isClosing = false;
};
