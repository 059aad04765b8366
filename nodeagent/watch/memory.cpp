// Work walks through most of the program; afterwards a small part of it waits for hours.
#include "nodeagent/watch/memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace onenode {
namespace {

// Never a segment that can be written: what relocation wrote there is in no file. The rest stays in the page cache, for
// us and for whoever else runs the same libraries.
void give_back(std::uintptr_t base, const ElfW(Phdr) & segment)
{
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) return;
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (base + segment.p_vaddr) / page * page;
    const auto size = base + segment.p_vaddr + segment.p_memsz - begin;
    auto* const address =
        reinterpret_cast<void*>(begin);  // NOLINT(performance-no-int-to-ptr): the loader gives a number
    ::madvise(address, size, MADV_DONTNEED);
}

int give_back_object(dl_phdr_info* object, std::size_t, void*)
{
    for (const auto& segment : std::span{object->dlpi_phdr, object->dlpi_phnum})
        give_back(object->dlpi_addr, segment);
    return 0;
}

}  // namespace

void share_one_heap()
{
    ::mallopt(M_ARENA_MAX, 1);
}

void give_back_memory()
{
    ::malloc_trim(0);
    ::dl_iterate_phdr(give_back_object, nullptr);
}

}  // namespace onenode
