#include "protocol-text.h"

#include "epoch-time.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace {

QString json(const QJsonObject &message)
{
	return QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact));
}

} // namespace

QString helloText(const StreamIdentity &identity, quint32 next)
{
	return json({
		{u"type"_s, u"hello"_s},
		{u"version"_s, 1},
		{u"stream"_s, identity.stream},
		{u"sampleRate"_s, qint64(identity.sampleRate)},
		{u"sampleFormat"_s, u"s32"_s},
		{u"channels"_s, identity.channels},
		{u"frameMs"_s, identity.frameMs},
		{u"next"_s, qint64(next)},
		// No older frame is kept, and nothing is served over HTTP.
		{u"oldest"_s, qint64(next)},
		{u"http"_s, false},
	});
}

std::optional<QString> answerTo(const QString &text, const QString &stream, double receivedAt)
{
	const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
	const QString type = message["type"_L1].toString();
	if (type == "time"_L1) {
		// Both of the server's times, so that the time between them does not count as the network's.
		return json({
			{u"type"_s, type},
			{u"sent"_s, message["sent"_L1]},
			{u"received"_s, receivedAt},
			{u"answered"_s, epochMs()},
		});
	}
	if (type == "resume"_L1) {
		return json({
			{u"type"_s, u"resumed"_s},
			{u"stream"_s, stream},
			{u"sequence"_s, message["sequence"_L1]},
			{u"frames"_s, 0},
		});
	}
	if (type == "ack"_L1 || type == "media"_L1 || type == "token"_L1) {
		return std::nullopt;
	}
	return text;
}
