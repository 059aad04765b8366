// What only both ends together find, by name: the ids of the proofs' findings and what an enrollment refuses, each with
// the entries of the catalogue of failures that it finds. The only list of it, for docs/checks.md.
#pragma once

#include <span>
#include <string_view>

namespace one::wire {

struct Proof {
    std::string_view id;      // of its finding; "<port>" stands for what the object appends
    std::string_view covers;  // "F85, F86"; empty: nothing that the catalogue has
};

std::span<const Proof> proofs();

struct Refusal {  // before the machine is changed
    std::string_view what;
    std::string_view covers;
    std::string_view says;  // words of it that the front-end's source has
};

std::span<const Refusal> refusals();

}  // namespace one::wire
