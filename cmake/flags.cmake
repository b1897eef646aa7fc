# SPDX-License-Identifier: Apache-2.0
# What every translation unit of ours is compiled with. Hardening after OpenSSF's "Compiler Options Hardening Guide for C
# and C++"; the options for shared objects and PIE do not concern a static executable.
add_library(caretaker_flags INTERFACE)
target_compile_options(caretaker_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wimplicit-fallthrough -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror -Werror=format-security
  -fno-omit-frame-pointer -fstrict-flex-arrays=3 -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports overlaps and overflows in inlined std::string code that are not there.
  target_compile_options(caretaker_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-array-bounds -Wno-maybe-uninitialized -Wno-dangling-pointer
    # Designated initializers may rely on the defaults of members.
    -Wno-missing-field-initializers)
  # GCC 12 does not know this one.
  get_target_property(options caretaker_flags INTERFACE_COMPILE_OPTIONS)
  list(REMOVE_ITEM options -fstrict-flex-arrays=3)
  set_target_properties(caretaker_flags PROPERTIES INTERFACE_COMPILE_OPTIONS "${options}")
else()
  # Clang sees designated initializers that rely on members' own defaults as missing fields.
  target_compile_options(caretaker_flags INTERFACE -Wno-missing-field-initializers
    -Wno-missing-designated-field-initializers
    # libstdc++ 12 uses what it has deprecated itself.
    -Wno-deprecated-declarations)
endif()
if(CARETAKER_SANITIZE)
  target_compile_options(caretaker_flags INTERFACE -fsanitize=${CARETAKER_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(caretaker_flags INTERFACE -fsanitize=${CARETAKER_SANITIZE})
  # The compilers have names of their own for these.
  if(CARETAKER_SANITIZE MATCHES "address")
    target_compile_definitions(caretaker_flags INTERFACE CARETAKER_SANITIZE_ADDRESS)
  elseif(CARETAKER_SANITIZE MATCHES "thread")
    target_compile_definitions(caretaker_flags INTERFACE CARETAKER_SANITIZE_THREAD)
  endif()
  if(CARETAKER_FUZZ)
    target_compile_options(caretaker_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
else()
  target_compile_options(caretaker_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>)
  target_compile_definitions(caretaker_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>
    _GLIBCXX_ASSERTIONS)
  target_link_options(caretaker_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--no-copy-dt-needed-entries)
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(caretaker_flags INTERFACE -march=x86-64-v2)
endif()
# Leaves out what nothing calls, and is the same wherever it was built; ccache may make the sources' paths relative.
target_compile_options(caretaker_flags INTERFACE $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>
  $<$<CONFIG:Release>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.> $<$<CONFIG:Release>:-ffile-prefix-map=..=.>)
target_link_options(caretaker_flags INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>
  $<$<CONFIG:Release>:-Wl,--build-id=none>)
# No exception of ours passes through OpenSSL, which is C: its tables for unwinding would be a twentieth of the executable.
target_link_options(caretaker_flags INTERFACE $<$<CONFIG:Release>:-Wl,-T,${CMAKE_SOURCE_DIR}/cmake/no_unwind.ld>)
if(CARETAKER_STATIC AND NOT CARETAKER_SANITIZE)
  target_link_options(caretaker_flags INTERFACE -static)
endif()
