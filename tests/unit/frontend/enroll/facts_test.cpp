#include "frontend/enroll/facts.hpp"

#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

one::wire::Facts good()
{
    one::wire::Facts facts;
    facts.host_name = "kvm1";
    facts.addresses = {"10.0.0.5", "2001:db8::5"};
    facts.ssh_host_keys = {test::some_ssh_key};
    return facts;
}

std::string refusal_of(const one::wire::Facts& facts)
{
    const auto checked = check_facts(facts);
    return checked ? "" : checked.error().thing;
}

TEST(Facts, AreUsedWhenTheyAreWellFormed)
{
    EXPECT_EQ(refusal_of(good()), "");
}

TEST(Facts, AreRefusedByTheFieldThatIsNot)
{
    auto facts = good();
    facts.host_name = std::string(300, 'x');
    EXPECT_EQ(refusal_of(facts), "facts.host_name");
    facts = good();
    facts.kernel = "6.1\n[boot]";
    EXPECT_EQ(refusal_of(facts), "facts.kernel");
    facts = good();
    facts.addresses = {"10.0.0.500"};
    EXPECT_EQ(refusal_of(facts), "facts.addresses");
    facts = good();
    facts.addresses.assign(300, "10.0.0.5");
    EXPECT_EQ(refusal_of(facts), "facts.addresses");
    facts = good();
    facts.ssh_host_keys = {};
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts.ssh_host_keys = {"ssh-ed25519 notbase64"};
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts.ssh_host_keys.assign(17, test::some_ssh_key);
    EXPECT_EQ(refusal_of(facts), "facts.ssh_host_keys");
    facts = good();
    facts.ssh_port = 0;
    EXPECT_EQ(refusal_of(facts), "facts.ssh_port");
}

TEST(Facts, ThatMachinesAreComparedByHaveOneSpelling)
{
    auto facts = good();
    facts.libvirt_uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    facts.iscsi_initiator = "iqn.1993-08.org.debian:01:8f2_A";
    facts.macs = {"52:54:00:0a:0b:0c"};
    EXPECT_EQ(refusal_of(facts), "");
    for (const auto* uuid : {"4C4C4544-0043-3510-8052-B4C04F4D3732", "4c4c4544004335108052b4c04f4d3732", "Not Settable",
                             "4c4c4544-0043-3510-8052-b4c04f4d37321", "4c4c4544-0043-3510-8052-b4c04f4d373\n"}) {
        facts = good();
        facts.libvirt_uuid = uuid;
        EXPECT_EQ(refusal_of(facts), "facts.libvirt_uuid") << uuid;
    }
    for (const auto& name : {std::string(224, 'x'), std::string{"iqn. 1"}, std::string{"iqn\n"},
                             std::string{"iqn\xc3\xa4"}, std::string{"iqn\0", 4}}) {
        facts = good();
        facts.iscsi_initiator = name;
        EXPECT_EQ(refusal_of(facts), "facts.iscsi_initiator") << name;
    }
    for (const auto* mac :
         {"", "52:54:00:0A:0B:0C", "52-54-00-0a-0b-0c", "52:54:00:0a:0b:0c:0d", "52:54:00:0a:0b:0g"}) {
        facts = good();
        facts.macs = {"52:54:00:0a:0b:0c", mac};
        EXPECT_EQ(refusal_of(facts), "facts.macs") << mac;
    }
    facts = good();
    facts.macs.assign(257, "52:54:00:0a:0b:0c");
    EXPECT_EQ(refusal_of(facts), "facts.macs");
}

}  // namespace
}  // namespace onefrontend
