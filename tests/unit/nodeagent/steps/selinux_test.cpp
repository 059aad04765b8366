// SELinux is asked for what guests need, and for nothing that somebody decided.
#include "nodeagent/steps/selinux.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

std::vector<std::string> planned(const FakeHost& host, const std::string& type = "kvm")
{
    const auto desired = desired_state(type);
    std::vector<std::string> titles;
    for (const auto& change : steps::selinux.plan(gather_facts(host, steps::all(), desired), desired))
        titles.push_back(title_of(change));
    return titles;
}

using Titles = std::vector<std::string>;

TEST(SelinuxStep, SwitchesOnWhatSharedDatastoresNeedAndLabelsThem)
{
    EXPECT_EQ(planned(enforcing_red_hat()),
              (Titles{"switch on SELinux's virt_use_nfs", "label /var/lib/one/datastores as virt_image_t"}));
    EXPECT_EQ(planned(enforcing_red_hat(), "lxc"), Titles{});
}

TEST(SelinuxStep, LeavesAMachineAloneThatOnlyLogs)
{
    auto host = enforcing_red_hat();
    host.with_file("/sys/fs/selinux/enforce", "0");
    EXPECT_EQ(planned(host), Titles{});
    host.without("/sys/fs/selinux");
    EXPECT_EQ(planned(host), Titles{});
}

TEST(SelinuxStep, MakesNoRuleWithoutSemanageNorOverSomebodysOwn)
{
    auto host = enforcing_red_hat();
    host.without("/usr/sbin/semanage");
    EXPECT_EQ(planned(host), Titles{"switch on SELinux's virt_use_nfs"});
    host = enforcing_red_hat();
    host.with_file("/etc/selinux/targeted/contexts/files/file_contexts.local",
                   "/var/lib/one/datastores(/.*)?    system_u:object_r:hers_t:s0\n");
    EXPECT_EQ(planned(host), Titles{"switch on SELinux's virt_use_nfs"});
}

TEST(SelinuxStep, SwitchesABooleanOnceForTwoShares)
{
    auto host = enforcing_red_hat();
    host.with_file("/sys/fs/selinux/booleans/virt_use_samba", "0 0")
        .with_file("/proc/self/mountinfo", "90 22 0:50 / /var/lib/one/datastores/1 rw - cifs //nas/a rw\n"
                                           "91 22 0:51 / /var/lib/one/datastores/2 rw - smb3 //nas/b rw\n"
                                           "92 22 0:52 / /var/lib/one2 rw - nfs4 nas:/c rw\n"
                                           "no line of the kernel\n");
    EXPECT_EQ(planned(host).at(0), "switch on SELinux's virt_use_samba");
    EXPECT_EQ(planned(host).size(), 2U);
}

}  // namespace
}  // namespace onenode
