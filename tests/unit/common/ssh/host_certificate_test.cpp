// Certificates as ssh-keygen -s writes them, and everything that only looks like one.
#include "common/ssh/host_certificate.hpp"

#include <gtest/gtest.h>

using one::ssh::parse_host_certificate;
using one::ssh::parse_public_key;

namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

// ssh-keygen -s ca -h -I node-7 -n node1,10.0.0.11 -z 42 -V 20260101000000Z:20270201000000Z
const std::string of_a_host =
    "ssh-ed25519-cert-v01@openssh.com "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIEg+Uqmj2/dJ3NU1ILhtyUYjHQjUeWvB4o1AJe1TL8uSAAAAIFE1RvR/"
    "DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLYAAAAAAAAACoAAAACAAAABm5vZGUtNwAAABYAAAAFbm9kZTEAAAAJMTAuMC4wLjExAAAAAGlVuQAA"
    "AAAAa1/LAAAAAAAAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgxdxsD1452W6UFumSQwAkeOYZFYMphMItDohxUMVMROMAAABTAAAAC3Nza"
    "C1lZDI1NTE5AAAAQB0LVQmxRD+x/lY109+oED9O8gc3RYhHl1cU4naGFyzBQhY5zuKNv1egQHzhoqnhraE6cqUxSwLcQvNJrPjKjAQ= h.pub";
const std::string of_a_user =
    "ssh-ed25519-cert-v01@openssh.com "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIGqVwQD2tPM5kHloeltRlfpDFjUfTYw8W7WR6QOYu3UUAAAAIFE1RvR/"
    "DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLYAAAAAAAAAAEAAAABAAAAAXUAAAAFAAAAAW4AAAAAAAAAAP//"
    "////////AAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0L"
    "XBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAA"
    "AgxdxsD1452W6UFumSQwAkeOYZFYMphMItDohxUMVMROMAAABTAAAAC3NzaC1lZDI1NTE5AAAAQJuKd+5XM0oKQDh4Nn2gTz1eCoego1C+W+"
    "bNUMyB/n1LJwvSuhf1WZzHjJkYaqMN+bWMzCapCkRiFZRAGVKw+QI=";
const std::string subject = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFE1RvR/DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLY";
const std::string authority = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMXcbA9eOdlulBbpkkMAJHjmGRWDKYTCLQ6IcVDFTETj";

std::string why_not(std::string_view line)
{
    const auto certificate = parse_host_certificate(line);
    return certificate ? "good" : certificate.error().reason;
}

TEST(HostCertificate, IsReadAsSshKeygenWroteIt)
{
    const auto certificate = parse_host_certificate(of_a_host);
    ASSERT_TRUE(certificate) << one::to_text(certificate.error());
    EXPECT_EQ(certificate->subject, *parse_public_key(subject));
    EXPECT_EQ(certificate->serial, 42U);
    EXPECT_EQ(certificate->key_id, "node-7");
    EXPECT_EQ(certificate->principals, (std::vector<std::string>{"node1", "10.0.0.11"}));
    EXPECT_EQ(certificate->valid_after, system_clock::time_point{seconds{1767225600}});
    EXPECT_EQ(certificate->valid_before, system_clock::time_point{seconds{1801440000}});
    EXPECT_EQ(certificate->authority, *parse_public_key(authority));
}

TEST(HostCertificate, OfAUserIsNone)
{
    EXPECT_EQ(why_not(of_a_user), "it is for a user, not for a host");
}

TEST(HostCertificate, SaysWhyALineIsRefused)
{
    EXPECT_EQ(why_not(""), "its type is none that is known");
    EXPECT_EQ(why_not(subject), "its type is none that is known");
    EXPECT_EQ(why_not("ssh-rsa-cert-v01@openssh.com" + of_a_host.substr(of_a_host.find(' '))),
              "it says one type in front and holds another");
    EXPECT_EQ(why_not("ssh-ed25519-cert-v01@openssh.com !!"), "its base64 is damaged");
    EXPECT_EQ(why_not(of_a_host + "\nHostKey /tmp/evil"), "a line break or control character stands inside");
    EXPECT_EQ(why_not(std::string(20000, 'a')), "the line is too long");
}

TEST(HostCertificate, IsRefusedWhereverItWasCut)
{
    const auto whole = of_a_host.substr(0, of_a_host.rfind(' '));
    for (auto size = whole.find(' ') + 1; size < whole.size(); ++size)
        EXPECT_NE(why_not(whole.substr(0, size)), "good") << size;
}

}  // namespace
