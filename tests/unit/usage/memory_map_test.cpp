#include "support/catch.hpp"
#include "usage/memory_map.h"

using namespace harden;

TEST_CASE("what a process writes is searched, small ranges first")
{
    const auto ranges = searchable_memory(
        "00400000-00560000 r-xp 00000000 08:01 10 /bin/worker\n"
        "05eaf000-05ed1000 rw-p 00000000 00:00 0                          [heap]\n"
        "7fde00000000-7fde80000000 rw-p 00000000 00:00 0 \n"
        "7fdf00000000-7fdf00001000 ---p 00000000 00:00 0 \n"
        "7ffcdb38d000-7ffcdb3ae000 rw-p 00000000 00:00 0                  [stack]\n"
        "005c7000-005ca000 rw-p 001c7000 08:01 10 /bin/worker\n"
        "7fe000000000-7fe000001000 rw-s 00000000 00:05 8 /dev/shm/pool\n"
        "7fe000002000-7fe000004000 rw-s 00000000 00:01 8 /memfd:mine (deleted)\n");
    CHECK(ranges == std::vector<MemoryRange>{{0x7fe000000000, 0x7fe000001000},
                                             {0x7fe000002000, 0x7fe000004000},
                                             {0x5c7000, 0x5ca000},
                                             {0x7ffcdb38d000, 0x7ffcdb3ae000},
                                             {0x5eaf000, 0x5ed1000},
                                             {0x7fde00000000, 0x7fde80000000}});
}

TEST_CASE("devices and files that others read too are left alone")
{
    CHECK(searchable_memory("7f00-8000 rw-s 00000000 00:05 8 /dev/nvidia0\n"
                            "8000-9000 rw-p 00000000 00:05 8 /dev/dri/card0\n"
                            "9000-a000 rw-s 00000000 08:01 8 /var/lib/db\n")
              .empty());
}

TEST_CASE("the memory of a sandbox's programs is told from the sandbox's own")
{
    const auto ranges = searchable_memory(
        "7ef264000000-7ef264021000 rw-s 00281000 00:01 55385 /memfd:runsc-memory (deleted)\n"
        "c000000000-c000c00000 rw-p 00000000 00:00 0 \n");
    CHECK(ranges == std::vector<MemoryRange>{{0x7ef264000000, 0x7ef264021000, true},
                                             {0xc000000000, 0xc000c00000, false}});
}

TEST_CASE("lines that the kernel would not write are passed over")
{
    CHECK(searchable_memory("").empty());
    CHECK(searchable_memory("1000-1000 rw-p 0 0 0\n2000-1000 rw-p 0 0 0\nx-y rw-p 0 0 0\n"
                            "1000 rw-p 0 0 0\n1000-2000 rw-p\nrw-p\n")
              .empty());
}
