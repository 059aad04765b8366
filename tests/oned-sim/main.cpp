// oned-sim: a stand-in for OpenNebula's front-end, for tests and the demo only.
#include "tests/oned-sim/simulator.hpp"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

int main(int argc, char** argv)
try {
    auto parsed = onedsim::parse_options(argc, argv);
    if (const auto* code = std::get_if<int>(&parsed)) return *code;

    sigset_t end;  // blocked before any thread exists, so that only sigwait below sees them
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGINT);
    pthread_sigmask(SIG_BLOCK, &end, nullptr);

    onedsim::Simulator simulator{std::get<onedsim::Options>(std::move(parsed))};
    if (auto started = simulator.start(); !started) {
        std::fprintf(stderr, "oned-sim: %s\n", one::to_text(started.error()).c_str());
        return 2;
    }
    std::printf("%s\n", simulator.ready_line().c_str());
    std::fflush(stdout);

    int signal = 0;
    sigwait(&end, &signal);
    simulator.stop();
    std::_Exit(0);  // a login that still hangs dies with us (its parent is gone) instead of being waited for
} catch (const std::exception& bug) {
    std::fprintf(stderr, "oned-sim: %s\n", bug.what());
    return 2;
}
