// libvirt's capabilities: the host's uuid, and what guests of this architecture may run on.
#include "nodeagent/core/capabilities.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* document = R"(<capabilities><host><uuid>4c4c4544-0042</uuid><cpu><arch>x86_64</arch></cpu></host>
<guest><os_type>hvm</os_type><arch name='i686'><wordsize>32</wordsize><domain type='qemu'/></arch></guest>
<guest><os_type>hvm</os_type><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>)";

TEST(Capabilities, TellWhatGuestsOfThisMachineRunOn)
{
    EXPECT_EQ(parse_capabilities(document, "x86_64").value(),
              (Capabilities{.uuid = "4c4c4544-0042", .domain_types = {"qemu", "kvm"}}));
    EXPECT_EQ(parse_capabilities(document, "i686").value().domain_types, std::vector<std::string>{"qemu"});
    EXPECT_EQ(parse_capabilities(document, "aarch64").value().domain_types, std::vector<std::string>{});
}

TEST(Capabilities, AreRefusedWhereTheyAreNone)
{
    for (const auto* text : {"", "virsh: error", "<domainCapabilities/>", "<capabilities><host>"}) {
        const auto parsed = parse_capabilities(text, "x86_64");
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().kind, one::ErrorKind::invalid);
    }
}

}  // namespace
}  // namespace onenode
