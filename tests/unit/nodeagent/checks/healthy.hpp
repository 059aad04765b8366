// A Debian 12 with OpenNebula's node package on which every check is content; a test breaks one thing on it.
#pragma once

#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <ostream>
#include <string>
#include <string_view>

namespace onenode {

void PrintTo(const Finding& finding, std::ostream* out);  // how a failed test shows it

namespace checks {

constexpr const char* probe = "/usr/lib/onenode/onenode-probe";
constexpr std::uint32_t libvirt_gid = 112;
constexpr std::uint32_t kvm_gid = 104;

FakeHost healthy_node();
Facts healthy_facts();
/// `sshd -T` answers what a healthy one does, but for these lines; an empty value takes the keyword away.
FakeHost with_sshd(FakeHost host, const std::vector<std::pair<std::string, std::string>>& lines);
/// oneadmin is changed in the facts and on the machine alike.
void change_oneadmin(Facts& facts, FakeHost& host, const std::function<void(User&)>& change);

CommandOutput said(std::string out);
CommandOutput failed(std::string err, int code = 1);

/// The only finding; a test fails where there is none or another one.
Finding only(const Findings& findings);
bool holds(std::string_view text, std::string_view part);

}  // namespace checks
}  // namespace onenode
