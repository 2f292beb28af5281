// Package plug opens plugins so that an interpreter process has one itab for each pair of an
// interface and a type, and one description of each type. The programs that run compiled cells
// call it; cells do not.
//
//	plugins := plug.New()
//	os.Exit(runner.Main(runner.Options{OpenPlugin: plugins.Open, OpenFirst: plugins.OpenFirst, Renew: plugins.Renew}))
//
// A value in an interface with methods points to an itab, and one in an any to its type's
// description. Compiled code tells values apart by these addresses: assertions, type switches,
// ==, keys of maps. In one program there is one of each. A process with plugins may come to have two.
// The runtime makes an itab when a pair is first met, and reflect.SliceOf and its like a type that
// no compiled code has: for glue, a decoder, whoever calls them. A plugin that is opened later
// brings along its own. The code of that plugin then takes an old value for one of another type.
//
// So Open has the dynamic linker load the plugin, looks for all references to types and itabs
// that it has filled in, and points them to those that count, before any code of the plugin runs:
//
//   - A type that the process has counts. The dynamic linker sees to that for types that
//     the program or another plugin brought: the first one has it for all. Types that reflect
//     has made are looked for in its tables. They get the hash that compiled code knows the type by, and
//     reflect's tables are told.
//   - The runtime's itab counts. It is asked for each pair whose interface and type were there
//     before. If there is no itab of such a pair yet, the runtime makes one now, so that no goroutine can
//     make another a moment later. Of a pair with a type or an interface that this plugin brings,
//     nobody can have an itab yet, and the plugin's becomes the runtime's.
//
// It relies on how plugins are linked: a reference to an itab or a type is a relocation
// with the symbol's name, whose address one plugin may take from another. Linked with -Bsymbolic,
// or with hidden symbols, plugins would keep their own. A program that does not show reflect's
// tables among its symbols goes without the types that reflect has made.
//
// When a type is declared anew, Renew tells those who know types by their names, as encoding/gob
// does, so that the session is for them what it is for its user: one program with one type of that name.
//
// All is read from memory, which the dynamic linker has just read itself. It takes some
// microseconds a plugin. On systems other than Linux, plugins are opened as plugin.Open does it.
package plug
