// Machines without a token that wait for an admin's yes, as documents of OpenNebula.
//
// A machine sends the hash of a secret that it made. The admin's yes turns that hash into an ordinary token of one use,
// which only that machine can show; from there on a join is like any other. Nothing that a waiting machine tells is
// proven: it is shown to the admin, and bounded in size, number and time.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/cloud.hpp"
#include "frontend/enroll/node.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

inline constexpr int most_waiting = 64;
inline constexpr int most_waiting_of_one_source = 16;
inline constexpr std::int64_t waiting_time = 10 * 60;  // seconds

struct Waiting {
    int id = -1;         // of the document
    std::string code{};  // "BCDF-GHJK", ours: what a person reads to the admin
    std::string secret_hash{};
    std::string source{};  // address of the connection
    one::wire::Facts facts{};
    one::wire::Wishes wishes{};
    std::int64_t asked_at = 0;  // epoch seconds
    std::int64_t ends_at = 0;
    bool rejected = false;
    int token_id = -1;  // once approved
};

struct Asked {
    Waiting waiting{};
    bool is_new = false;
};

std::string_view state_of(const Waiting& waiting);  // waiting, approved, rejected
std::string name_of(const Waiting& waiting);        // as it wants to be called, else as it calls itself
Node to_node(const Waiting& waiting);               // as far as what it tells is compared with other nodes
std::string to_json(const Waiting& waiting);
Result<Waiting> waiting_from_json(int document_id, std::string_view json);

/// Whether a word can be a code, whatever its case.
bool looks_like_code(std::string_view word);

class WaitingRoom {
public:
    /// With a memory, `ask` looks at oned's documents once in that time, however many ask.
    explicit WaitingRoom(Cloud& cloud, std::chrono::milliseconds memory = {}) : cloud_(&cloud), memory_(memory) {}

    /// Takes a place, or finds the one that the same secret has: asking again, also after a crash, changes nothing but
    /// what the machine tells of itself, as long as nobody has answered. A machine that was banned, as far as what it
    /// tells is true, gets none.
    Async<Result<Asked>> ask(one::wire::AskRequest request, std::string source, std::int64_t now);

    /// Whose time is not over, answered or not, ascending by id.
    Async<Result<std::vector<Waiting>>> all(std::int64_t now);
    Async<Result<Waiting>> find(std::string code, std::int64_t now);
    /// Makes the token. Of one that is approved already nothing changes. Refused where the join would be: for a twin,
    /// and for one that was banned meanwhile.
    Async<Result<Waiting>> approve(std::string code, std::string by, std::int64_t now);
    Async<Result<Waiting>> reject(std::string code, std::int64_t now);

private:
    /// What `ask` knows of; who waited too long is removed.
    Async<Result<>> look_around(std::int64_t now);
    Async<Result<Waiting>> with_news(Waiting own, one::wire::Facts facts);
    Async<Result<>> refuse_twin(Waiting waiting);
    Async<Result<Asked>> take_place(Waiting wanted, std::int64_t now);
    Async<Result<int>> token_for(Waiting waiting, std::string by, std::int64_t now);
    Async<Result<>> take_back(Waiting waiting);
    Async<Result<>> refuse_if_enrolled(Waiting waiting);
    Async<Result<>> replace(Waiting waiting);

    Cloud* cloud_;
    std::chrono::milliseconds memory_;
    std::vector<Waiting> present_{};
    std::vector<Ban> bans_{};
    std::optional<std::chrono::steady_clock::time_point> looked_at_{};
};

}  // namespace onefrontend
