// Where the agent keeps what is its own.
#pragma once

namespace onenode::places {

inline constexpr const char* state_dir = "/var/lib/onenode";  // root only: identity, journal, what was joined
inline constexpr const char* membership = "/var/lib/onenode/state.json";
inline constexpr const char* journal = "/var/lib/onenode/journal";
inline constexpr const char* approval = "/var/lib/onenode/approval.json";
inline constexpr const char* identity_dir = "/var/lib/onenode/identity";
inline constexpr const char* key = "/var/lib/onenode/identity/node.key";
inline constexpr const char* next_key = "/var/lib/onenode/identity/node.key.next";  // of a renewal that is under way
inline constexpr const char* certificate = "/var/lib/onenode/identity/node.crt";
inline constexpr const char* authorities = "/var/lib/onenode/identity/ca.crt";
inline constexpr const char* run_dir = "/run/onenode";  // oneadmin's group reads here: nonces of the login proof
inline constexpr const char* agent_status = "/run/onenode/agent.json";
inline constexpr const char* lock =
    "/run/onenode.lock";  // outside of run_dir, which leave removes while it holds the lock
inline constexpr const char* agent_lock = "/run/onenode-agent.lock";  // held as long as an agent runs

}  // namespace onenode::places
