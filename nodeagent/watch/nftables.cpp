// What nftables tells comes with each guest that starts: most of it is passed over.
#include "nodeagent/vnm/ruleset.hpp"
#include "nodeagent/watch/netlink.hpp"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include <cstring>
#include <string_view>

namespace onenode {
namespace {

// In messages about tables, chains, rules, sets and their elements alike.
constexpr int table_name = 1;
static_assert(NFTA_TABLE_NAME == table_name && NFTA_CHAIN_TABLE == table_name && NFTA_RULE_TABLE == table_name &&
              NFTA_SET_TABLE == table_name && NFTA_SET_ELEM_LIST_TABLE == table_name);

bool is_of_nftables(const nlmsghdr& header)
{
    constexpr int bits_of_a_kind = 8;
    return header.nlmsg_type >> bits_of_a_kind == NFNL_SUBSYS_NFTABLES;
}

bool is_of_the_proxy(const nlmsghdr& header, const char* payload, std::size_t size)
{
    if (!is_of_nftables(header)) return false;
    nlattr attribute{};
    for (std::size_t at = NLMSG_ALIGN(sizeof(nfgenmsg)); at + sizeof attribute <= size;
         at += NLA_ALIGN(attribute.nla_len)) {
        std::memcpy(&attribute, payload + at, sizeof attribute);
        if (attribute.nla_len < sizeof attribute || attribute.nla_len > size - at) return false;
        if ((attribute.nla_type & NLA_TYPE_MASK) != table_name) continue;
        const std::string_view name{payload + at + NLA_HDRLEN, attribute.nla_len - std::size_t{NLA_HDRLEN}};
        return name.substr(0, name.find('\0')) == vnm::proxy_table;
    }
    return false;
}

bool may_lose_ours(const nlmsghdr& header, const char* /*payload*/, std::size_t /*size*/)
{
    if (!is_of_nftables(header)) return false;
    switch (header.nlmsg_type & 0xff) {
    case NFT_MSG_DELTABLE:
    case NFT_MSG_DELCHAIN:
    case NFT_MSG_DELRULE:
    case NFT_MSG_NEWCHAIN: return true;
    default: return false;
    }
}

constexpr std::uint32_t rules = 1U << (NFNLGRP_NFTABLES - 1);

}  // namespace

Result<std::unique_ptr<ProxyRules>> ProxyRules::open(const one::asio::any_io_executor& executor)
{
    TRY_LET(auto descriptor, listen(executor, NETLINK_NETFILTER, rules, "rules of nftables"));
    return std::unique_ptr<ProxyRules>{new ProxyRules{std::move(descriptor), is_of_the_proxy}};
}

Result<std::unique_ptr<LostRules>> LostRules::open(const one::asio::any_io_executor& executor)
{
    TRY_LET(auto descriptor, listen(executor, NETLINK_NETFILTER, rules, "rules of nftables"));
    return std::unique_ptr<LostRules>{new LostRules{std::move(descriptor), may_lose_ours}};
}

}  // namespace onenode
