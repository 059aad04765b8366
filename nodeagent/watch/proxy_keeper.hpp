// Keeps OpenNebula's transparent proxy as the front-end wants it: after a flushed nftables, another address in the
// configuration, a process that ended, a namespace that is gone. It sleeps until one of its eyes opens.
#pragma once

#include "nodeagent/vnm/repair.hpp"
#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/processes.hpp"
#include "nodeagent/watch/standing.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace onenode {

struct ProxyLimits {
    std::chrono::milliseconds quiet{100};          // several rules are one change
    std::chrono::milliseconds first_retry{1'000};  // of a repair that failed
    std::chrono::milliseconds last_retry{300'000};
    std::chrono::milliseconds names{300'000};  // a name server tells nobody of a change
    std::size_t repairs = 5;                   // so many within a window: another program insists
    std::chrono::milliseconds window{60'000};
};

struct ProxyEyes {  // none of them: not looked at
    FileEye* files = nullptr;
    std::function<std::unique_ptr<Eye>()> rules{};  // with the first bridge that has a proxy: to listen loads nf_tables
    Eye* links = nullptr;
    ProcessEye* processes = nullptr;
};

class ProxyKeeper {
public:
    /// `worker`: one thread, the same for all that changes the machine.
    ProxyKeeper(Host& host, ProxyEyes eyes, Standing& standing, one::asio::thread_pool& worker, ProxyLimits limits) :
        host_(&host), eyes_(std::move(eyes)), standing_(&standing), worker_(&worker), limits_(limits)
    {
    }

    /// Until they are cancelled. What is not as it should be is repaired at once.
    void run(one::Tasks& beside);

private:
    struct Known {                 // of the last look
        int pid = 0;               // of the process that connects
        vnm::Endpoints targets{};  // and where to, as far as it was seen
        std::vector<vnm::Service> services{};
    };
    struct Outcome {
        vnm::Proxy found{};
        vnm::Proxy left{};
        vnm::Endpoints targets{};
        std::vector<std::string> why{};
        Result<> done{};
        bool follows = false;   // the configuration is another one
        bool gave_way = false;  // something is to do, and nothing was done
    };

    Async<> follow(Eye& eye);
    Async<> look();
    static Result<Outcome> mend(Host& host, const Known& known, bool gives_way);
    void take(Outcome outcome);
    void look_where_needed(const vnm::Proxy& proxy);
    void look_at_rules();
    [[nodiscard]] std::optional<std::chrono::milliseconds> patience(const Eye& eye) const;
    [[nodiscard]] bool insists();

    Host* host_;
    ProxyEyes eyes_;
    Standing* standing_;
    one::asio::thread_pool* worker_;
    ProxyLimits limits_;
    one::Tasks* beside_ = nullptr;
    std::unique_ptr<Eye> rules_{};
    Known known_{};
    std::chrono::milliseconds retry_{0};  // zero: the last repair went well
    std::deque<std::chrono::steady_clock::time_point> repairs_{};
};

}  // namespace onenode
