// The text messages of `steadypcm.v1`: JSON objects told apart by `type`. All other texts belong to the app.
#pragma once

#include <QString>

#include <optional>

/** What a framed listener is told of the stream. */
struct StreamIdentity
{
	/** Of this run: a server that began anew has another. */
	QString stream;
	/** Hz. */
	quint32 sampleRate;
	quint8 channels;
	/** Milliseconds. */
	int frameMs;
};

/** The first message of a framed connection. @param next sequence of the next frame. */
QString helloText(const StreamIdentity &identity, quint32 next);

/** What a framed listener's text is answered with, if it wants an answer; the app's texts are echoed.
 * @param receivedAt ms since the Unix epoch. */
std::optional<QString> answerTo(const QString &text, const QString &stream, double receivedAt);
