// oneadmin's SSH keys, as nodes let them in: those in ~oneadmin/.ssh of a front-end now, and for a while those that were
// there before. The time is up when it is up: no node is waited for. One document, so that every replica tells the same.
#pragma once

#include "frontend/enroll/cloud.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace onefrontend {

struct KnownKey {
    std::string line{};  // public key line
    std::int64_t since = 0;
    std::int64_t gone_at = 0;  // from ~oneadmin/.ssh; 0: it is there
    bool operator==(const KnownKey&) const = default;
};

struct KeyRing {
    int id = -1;  // of the document; -1 where there is none yet
    std::vector<KnownKey> keys{};
    bool operator==(const KeyRing&) const = default;
};

enum class Missing {
    is_gone,             // we had it, and have it no more: its time begins to run
    may_be_a_replica_s,  // it is in the ring, and perhaps another front-end's
};

/// The ring once this front-end has found these keys at home.
KeyRing turned(KeyRing ring, const std::vector<std::string>& at_home, Missing missing, std::int64_t now,
               std::chrono::seconds life);

/// What nodes are told: first those that are at home somewhere.
std::vector<std::string> lines_of(const KeyRing& ring);

/// "SHA256:...", sorted.
std::vector<std::string> fingerprints_of(const std::vector<std::string>& lines);

Async<Result<KeyRing>> find_key_ring(Cloud& cloud);
/// Of two that were made at once the smaller id stays.
Async<Result<KeyRing>> store_key_ring(Cloud& cloud, KeyRing ring);

}  // namespace onefrontend
