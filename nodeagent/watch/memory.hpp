// What an agent that waits need not hold.
#pragma once

namespace onenode {

/// Lets go of free memory, and of code and constants that are not used now: the kernel reads them again where they are.
void give_back_memory();

}  // namespace onenode
