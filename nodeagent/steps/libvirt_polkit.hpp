// What polkit has to be told of oneadmin, where libvirt asks it and no rule of libvirt's own lets oneadmin in.
#pragma once

#include "nodeagent/core/step.hpp"

namespace onenode::steps {

Changes want_polkit_rule(const Facts& facts);

}  // namespace onenode::steps
