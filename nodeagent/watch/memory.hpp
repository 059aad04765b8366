// What an agent that waits need not hold.
#pragma once

namespace onenode {

/// One heap for all threads, where each would have its own and leave it behind half empty. Before the first of them.
void share_one_heap();

/// Lets go of free memory, and of code and constants that are not used now: the kernel reads them again where they are.
void give_back_memory();

}  // namespace onenode
