// How the agent stands: what is wrong just now, from whichever of its parts, and the one sentence that follows.
#pragma once

#include "nodeagent/watch/agent_status.hpp"

#include <functional>
#include <map>
#include <string>

namespace onenode {

/// The first one that has a trouble gives the sentence.
enum class Part {
    front_end,
    files,
    libvirt,
    addresses,
    name,
    twin,
    firewall,
    proxy,
    packages,
    neighbours,
    eyes,
    edits,
    checks
};

/// Of a trouble: what is wrong, and what to do about it.
std::string with_next(const one::Error& error);

class Standing {
public:
    using Tell = std::function<void(const AgentStatus& status)>;

    Standing(const HostView& host, Tell tell) : host_(&host), tell_(std::move(tell)) {}

    /// Where nothing is wrong: "joined to one.example.com as kvm12 (host 7)", then the checks, "certificate until ...".
    void well(std::string sentence, std::string after_checks = {});
    /// The same, before anything was heard or seen: said with the first news.
    void begin(std::string sentence, std::string after_checks);
    /// A first run of checks is to come: said until it was told.
    void awaits_checks() { awaits_checks_ = true; }
    /// Empty: not any more.
    void trouble(Part part, const std::string& reason);
    /// What fails of it is a trouble.
    void checked(const Checkup& checkup);
    /// What waits for somebody; said after the sentence where nothing is wrong. Empty: nothing any more.
    void waits(Part part, const std::string& for_what);
    /// What the page shows besides; told at once.
    void note(const std::function<void(AgentStatus& status)>& change);
    /// The last words.
    void end(const std::string& sentence);

    [[nodiscard]] const AgentStatus& status() const { return status_; }

private:
    void tell_again();
    [[nodiscard]] std::string all_is_well() const;

    const HostView* host_;
    Tell tell_;
    std::string well_{};  // empty: nobody knows yet
    std::string after_checks_{};
    bool awaits_checks_ = false;
    std::map<Part, std::string> troubles_{};
    std::map<Part, std::string> waits_{};
    AgentStatus status_{};
    AgentStatus told_{};
};

}  // namespace onenode
