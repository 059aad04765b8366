// The other nodes as the desired state has them: fetched apart from it, and put into it before anybody else sees it.
#pragma once

#include "common/wire/messages.hpp"

#include <chrono>

namespace onenode {

/// A state that came without its neighbours gets those that `held` has, and their digest. From a front-end that tells
/// them with the state it stays as it is.
one::wire::DesiredState with_neighbours_of(const one::wire::DesiredState& held, one::wire::DesiredState state);

/// The same with these, whose digest that is.
one::wire::DesiredState with_neighbours(one::wire::Neighbours neighbours, std::string digest,
                                        one::wire::DesiredState state);

/// Until they are fetched: all nodes want them at the same moment, so these come apart, some fifty a second however many
/// there are. At once where none are held, or few. `share` is 0 to 1.
std::chrono::seconds time_to_meet(const one::wire::DesiredState& held, double share);

}  // namespace onenode
