# Read by cpack when it has packed: the bill of materials lies beside the package too.
foreach(package IN LISTS CPACK_PACKAGE_FILES)
    string(REGEX REPLACE "^.*/(.*)\\.deb$" "${CPACK_PACKAGE_DIRECTORY}/\\1.spdx.json" bill "${package}")
    configure_file(${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share/doc/harden/harden.spdx.json ${bill} COPYONLY)
endforeach()
