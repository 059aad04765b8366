// The TYPE numbers of our documents in OpenNebula. Chosen once, never reused.
#pragma once

namespace onefrontend {

inline constexpr int authority_document = 412500;  // which CA this cloud's nodes trust; one per cloud
inline constexpr int token_document = 412501;
inline constexpr int claim_document = 412502;
inline constexpr int node_document = 412503;
inline constexpr int waiting_document = 412504;
inline constexpr int ban_document = 412505;            // of one node; is only made and deleted, never changed
inline constexpr int ssh_authority_document = 412506;  // who vouches for the nodes' SSH host keys; one per cloud
inline constexpr int revocation_document = 412507;     // host keys of a node that is gone
inline constexpr int key_ring_document = 412508;       // oneadmin's SSH keys that nodes let in; one per cloud

}  // namespace onefrontend
