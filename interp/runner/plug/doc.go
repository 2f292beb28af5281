// Package plug opens plugins so that an interpreter process has one itab for each pair of an
// interface and a type. The programs that run compiled cells call it; cells do not.
//
//	os.Exit(runner.Main(runner.Options{OpenPlugin: plug.Open}))
//
// A value in an interface with methods points to an itab, and compiled code tells such values
// apart by the itab's address: assertions, type switches, ==, keys of maps. In one program
// there is one itab a pair. A process with plugins may come to have two. The runtime makes one
// when a pair is first met, by reflection say, and a plugin that is opened later brings
// along its own. The code of that plugin then takes an old value for one of another type.
//
// So Open has the dynamic linker load the plugin, looks for all references to itabs that it has
// filled in, and points them to the runtime's, before any of the plugin's code runs. It
// asks the runtime for each pair whose interface and type were there before. If there is no itab
// of such a pair yet, the runtime makes one now, so that no goroutine can make another a moment later.
// Of a pair with a type or an interface that this plugin brings, nobody can have an itab yet, and
// the plugin's becomes the runtime's.
//
// It relies on how plugins are linked: a reference to an itab, or to a type, is a relocation
// with the symbol's name, which one plugin may take from another. Linked with -Bsymbolic, or with
// hidden symbols, plugins would keep their own. The dynamic linker unifies the types: the
// first plugin that has one has it for all.
//
// All is read from memory, which the dynamic linker has just read itself. It takes some
// microseconds a plugin.
package plug
