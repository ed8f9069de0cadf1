#include "pcm-server.h"

#include "epoch-time.h"
#include "frame-header.h"

#include <QTcpSocket>
#include <QUrl>
#include <QUuid>
#include <QWebSocket>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto Subprotocol = "steadypcm.v1"_L1;

/** Longest text a listener may send, bytes; Qt's own bound is 2 GB. */
constexpr quint64 MostIncoming = 64 * 1024;

/** Frames that may wait for a listener that does not keep up: those that follow are not sent to it. */
constexpr int MostFramesWaiting = 25;

constexpr auto HandshakeTimeout = 10s;
constexpr auto CloseTimeout = 500ms;

bool isFramed(const QWebSocket &listener)
{
	return listener.subprotocol() == Subprotocol;
}

} // namespace

PcmServer::PcmServer(const ToneSource &source)
	: m_source(source),
	  m_identity{QUuid::createUuid().toString(QUuid::WithoutBraces), source.sampleRate(),
	             ToneSource::Channels, int(FrameLength.count())},
	  m_clock(FrameLength),
	  m_webSocketServer(u"steadypcm-qt"_s, QWebSocketServer::NonSecureMode)
{
	m_webSocketServer.setSupportedSubprotocols({Subprotocol});
	connect(&m_tcpServer, &QTcpServer::newConnection, this, &PcmServer::acceptConnections);
	connect(&m_webSocketServer, &QWebSocketServer::newConnection, this, &PcmServer::welcomeListeners);
	connect(&m_clock, &FrameClock::frameDue, this, &PcmServer::broadcast);
}

PcmServer::~PcmServer()
{
	// Before the TCP server, which owns the connections below them.
	qDeleteAll(std::exchange(m_listeners, {}));
}

bool PcmServer::listen(const QHostAddress &address, quint16 port)
{
	if (!m_tcpServer.listen(address, port)) {
		return false;
	}
	m_clock.start();
	return true;
}

QString PcmServer::errorString() const
{
	return m_tcpServer.errorString();
}

QUrl PcmServer::url() const
{
	QUrl url;
	url.setScheme(u"ws"_s);
	url.setHost(m_tcpServer.serverAddress().toString());
	url.setPort(m_tcpServer.serverPort());
	return url;
}

void PcmServer::close()
{
	m_isClosing = true;
	m_clock.stop();
	m_tcpServer.close();
	if (m_listeners.isEmpty()) {
		emit closed();
		return;
	}
	QTimer::singleShot(CloseTimeout, this, &PcmServer::closed);
	const QList<QWebSocket *> listeners = m_listeners;
	for (QWebSocket *listener : listeners) {
		listener->close(QWebSocketProtocol::CloseCodeGoingAway, u"server leaving"_s);
	}
}

/** QWebSocketServer's own connections have Nagle's algorithm on, which holds a frame back until the one before it
 * is acknowledged, and no way to turn it off: hence a TCP server of our own in front of it. */
void PcmServer::acceptConnections()
{
	while (QTcpSocket *connection = m_tcpServer.nextPendingConnection()) {
		connection->setSocketOption(QAbstractSocket::LowDelayOption, 1);
		m_webSocketServer.handleConnection(connection);
		// Qt bounds the handshake of its own connections only.
		QTimer::singleShot(HandshakeTimeout, connection, [this, connection] {
			if (!isListener(*connection)) {
				connection->abort();
			}
		});
	}
}

bool PcmServer::isListener(const QTcpSocket &connection) const
{
	return std::any_of(m_listeners.begin(), m_listeners.end(), [&](const QWebSocket *listener) {
		return listener->peerPort() == connection.peerPort()
			&& listener->peerAddress() == connection.peerAddress();
	});
}

void PcmServer::welcomeListeners()
{
	while (QWebSocket *listener = m_webSocketServer.nextPendingConnection()) {
		listener->setMaxAllowedIncomingMessageSize(MostIncoming);
		listener->setMaxAllowedIncomingFrameSize(MostIncoming);
		connect(listener, &QWebSocket::textMessageReceived, this,
		        [this, listener](const QString &text) { answer(listener, text); });
		connect(listener, &QWebSocket::disconnected, this, [this, listener] { dismiss(listener); });
		if (isFramed(*listener)) {
			listener->sendTextMessage(helloText(m_identity, m_sequence));
		}
		m_listeners.append(listener);
	}
}

void PcmServer::broadcast(double captureTime)
{
	const qsizetype sampleFrames = m_source.sampleRate() * FrameLength.count() / 1000;
	const QByteArray pcm = m_source.read(sampleFrames);
	const QByteArray frame = encodeFrame(
		{ToneSource::Channels, m_source.sampleRate(), m_sequence, m_pts, captureTime}, pcm);
	m_sequence += 1;
	m_pts += quint64(sampleFrames);
	const QList<QWebSocket *> listeners = m_listeners;
	for (QWebSocket *listener : listeners) {
		if (listener->bytesToWrite() < MostFramesWaiting * frame.size()) {
			listener->sendBinaryMessage(isFramed(*listener) ? frame : pcm);
		}
	}
}

void PcmServer::answer(QWebSocket *listener, const QString &text)
{
	const double receivedAt = epochMs();
	const std::optional<QString> reply =
		isFramed(*listener) ? answerTo(text, m_identity.stream, receivedAt) : text;
	if (reply) {
		listener->sendTextMessage(*reply);
	}
}

void PcmServer::dismiss(QWebSocket *listener)
{
	m_listeners.removeOne(listener);
	listener->deleteLater();
	if (m_isClosing && m_listeners.isEmpty()) {
		emit closed();
	}
}
