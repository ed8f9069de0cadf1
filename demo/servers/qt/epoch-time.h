#pragma once

#include <chrono>

/** The system's clock: milliseconds since the Unix epoch, with fractions. */
inline double epochMs()
{
	using namespace std::chrono;
	return duration<double, std::milli>(system_clock::now().time_since_epoch()).count();
}
