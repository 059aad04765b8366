// This machine for one test: /etc, /var and /run lie under overlays, so that steps act on the real thing and leave
// nothing.
#pragma once

#include "nodeagent/core/runner.hpp"
#include "nodeagent/host/real_host.hpp"
#include "nodeagent/steps/steps.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace onenode {

class OnThisMachine : public testing::Test {
protected:
    void SetUp() override;  // no oneadmin, no OpenNebula; a group libvirt and a socket of libvirt that nobody serves
    void TearDown() override;

    Result<> join(const Progress& progress = {});  // facts, plan, apply
    Result<Undone> leave();
    Result<CommandOutput> as_oneadmin(std::vector<std::string> argv);

    RealHost host_{};
    DesiredState desired_{};
    std::string layers_{};
};

/// Every name below /etc, /run and OpenNebula's directories: kind, mode, owner, bytes. Backups that shadow's tools make
/// of their own files are left out.
using Contents = std::map<std::string, std::string>;
Contents contents();
/// What is there in one and not, or not the same, in the other.
std::vector<std::string> differences(const Contents& before, const Contents& after);
std::string told(const Result<>& result);
/// A new key pair; the private half at `path`, the public line returned.
std::string make_key(const std::string& path);

}  // namespace onenode
