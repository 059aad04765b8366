// What a test wants to go wrong, and when.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onedsim {

enum class FaultKind {
    none,         // only the delay
    drop,         // the call is not made; the connection ends without a word
    lose_answer,  // the call is made; its answer is lost
    reset,        // the call is not made; the connection is reset
    garbage,      // an answer that is no XML
    truncate,     // half of the right answer
    endless,      // a right answer that never ends
    status,       // HTTP 500
    error,        // an XML-RPC failure of the given code and text
};

struct Fault {
    FaultKind kind = FaultKind::none;
    std::string method{};  // empty: every method
    int delay_ms = 0;
    int times = -1;      // -1: until cleared
    int after = 0;       // calls that pass unharmed before the first one
    int code = 0x2000;   // of `error`
    std::string text{};  // of `error`, without "[method] "
};

/// The word of a JSON line, "lose_answer"; nothing where it is none.
std::optional<FaultKind> fault_kind(std::string_view word);

class Faults {
public:
    void add(Fault fault);
    void clear();
    /// Counts the call, and says what is to happen to it.
    Fault next(const std::string& method);
    [[nodiscard]] std::map<std::string, std::int64_t> calls() const;

private:
    mutable std::mutex mutex_{};
    std::vector<Fault> faults_{};
    std::map<std::string, std::int64_t> calls_{};
};

}  // namespace onedsim
