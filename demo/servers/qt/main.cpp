// Command line in, a running server out; ends on Ctrl+C once its listeners were told.
#include "pcm-server.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QHostAddress>
#include <QTextStream>
#include <QUrl>

#include <atomic>
#include <csignal>
#include <cstdlib>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

std::atomic<bool> isInterrupted = false;

/** A second signal ends the program at once. */
void interrupt(int signal)
{
	isInterrupted = true;
	std::signal(signal, SIG_DFL);
}

[[noreturn]] void fail(const QString &sentence)
{
	QTextStream(stderr) << sentence << Qt::endl;
	std::exit(EXIT_FAILURE);
}

quint16 port(const QCommandLineParser &words)
{
	bool isPort = false;
	const QString word = words.value(u"port"_s);
	const quint16 port = word.toUShort(&isPort);
	if (!isPort) {
		fail(u"Expected --port to be a number from 0 to 65535, got \"%1\"."_s.arg(word));
	}
	return port;
}

/** A frame holds a whole number of sample frames. */
quint32 sampleRate(const QCommandLineParser &words)
{
	constexpr quint32 framesPerSecond = 1s / PcmServer::FrameLength;
	const QString word = words.value(u"rate"_s);
	const quint32 rate = word.toUInt();
	if (rate < 8000 || rate > 384000 || rate % framesPerSecond != 0) {
		fail(u"Expected --rate to be a multiple of %1 from 8000 to 384000, got \"%2\"."_s
		         .arg(framesPerSecond)
		         .arg(word));
	}
	return rate;
}

QHostAddress address(const QCommandLineParser &words)
{
	const QString word = words.value(u"host"_s);
	const QHostAddress address(word);
	if (address.isNull()) {
		fail(u"Expected --host to be an IP address of this machine, got \"%1\"."_s.arg(word));
	}
	return address;
}

} // namespace

int main(int argc, char *argv[])
{
	QCoreApplication app(argc, argv);
	QCoreApplication::setApplicationName(u"pcm-server"_s);

	QCommandLineParser words;
	words.setApplicationDescription(u"Sends two tones as s32 stereo PCM over WebSockets."_s);
	words.addHelpOption();
	words.addOptions({
		{u"host"_s, u"Address to listen on (default 127.0.0.1); 0.0.0.0 lets the network in."_s,
		 u"address"_s, u"127.0.0.1"_s},
		{u"port"_s, u"Port to listen on (default 15678); 0 is any free one."_s, u"number"_s, u"15678"_s},
		{u"rate"_s, u"Sample rate, 8000 to 384000 (default 16000)."_s, u"Hz"_s, u"16000"_s},
	});
	words.process(app);

	const ToneSource source(sampleRate(words));
	PcmServer server(source);
	if (!server.listen(address(words), port(words))) {
		fail(u"Cannot listen on port %1: %2."_s.arg(port(words)).arg(server.errorString()));
	}
	QTextStream(stdout) << "Listening on " << server.url().toString() << ": " << source.sampleRate()
						<< " Hz, s32le, stereo. Ctrl+C ends it." << Qt::endl;

	std::signal(SIGINT, interrupt);
	std::signal(SIGTERM, interrupt);
	QTimer watch;
	QObject::connect(&watch, &QTimer::timeout, &server, [&] {
		if (isInterrupted) {
			watch.stop();
			server.close();
		}
	});
	QObject::connect(&server, &PcmServer::closed, &app, &QCoreApplication::quit, Qt::QueuedConnection);
	watch.start(50ms);
	return QCoreApplication::exec();
}
