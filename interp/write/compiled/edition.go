package compiled

import "fmt"

// editions tells the packages of modules that the text imports from others of the same
// paths: it belongs to the digest that names the text's own package.
func (f *file) editions() string {
	if f.gen.Edition == nil {
		return ""
	}
	var text string
	for _, path := range f.p.Imports {
		if e := f.gen.Edition(path); e != "" {
			text += fmt.Sprintf("// %s is %s\n", path, e)
		}
	}
	return text
}

// Effects is a package that imports others for what they do when they are loaded.
func (g *Generator) Effects(paths []string) *Package {
	f := &file{gen: g, p: &Package{homes: map[string]string{}}, imports: map[string]string{}}
	for _, path := range paths {
		f.imports[path] = "_"
	}
	f.finish()
	return f.p
}
