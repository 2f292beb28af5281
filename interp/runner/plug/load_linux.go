//go:build cgo && (amd64 || arm64)

package plug

/*
#cgo LDFLAGS: -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdlib.h>

// load has the dynamic linker load a file as plugin.Open does, which then finds it loaded.
static const char *load(const char *file, void **start, void **dynamic) {
	struct link_map *m = NULL;
	void *handle = dlopen(file, RTLD_NOW | RTLD_GLOBAL);
	if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &m) != 0) {
		return dlerror();
	}
	*start = (void *)m->l_addr;
	*dynamic = (void *)m->l_ld;
	return NULL;
}

// lookup finds a symbol of the program.
static void *lookup(const char *name) { return dlsym(RTLD_DEFAULT, name); }
*/
import "C"

import (
	"errors"
	"unsafe"
)

// load maps a plugin into memory. None of its Go code runs.
func load(file string) (*module, error) {
	name := C.CString(file)
	defer C.free(unsafe.Pointer(name))
	var start, dynamic unsafe.Pointer
	if failure := C.load(name, &start, &dynamic); failure != nil {
		return nil, errors.New(C.GoString(failure))
	}
	return newModule(start, dynamic)
}

// lookup finds a variable of the program; it is nil if there is none.
func lookup(variable string) unsafe.Pointer {
	name := C.CString(variable)
	defer C.free(unsafe.Pointer(name))
	return C.lookup(name)
}
