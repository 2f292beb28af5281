package notebooks

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The tags that papermill uses.
const (
	parametersTag = "parameters"
	injectedTag   = "injected-parameters"
)

// Parameterize sets variables of the cell tagged parameters, as papermill does: a cell
// tagged injected-parameters is put after it, or replaces the one that a former run has
// put there. Without such a cell, the new one comes first.
//
// A value is written as the type that the variable has in the parameters cell, if its
// declaration shows it: "2" becomes 2.0 for `rate := 1.5` and "2" for `name := "x"`;
// what does not fit is an error. A variable that the cell does not declare gets the
// first type of int, float, bool that its value reads as, else string; its name is
// returned in unknown.
func Parameterize(nb *Notebook, values map[string]string) (unknown []string, err error) {
	if len(values) == 0 {
		return nil, nil
	}
	at := slices.IndexFunc(nb.Cells, func(c *Cell) bool { return c.Type == "code" && c.Tagged(parametersTag) })
	declared := map[string]kind{}
	if at >= 0 {
		if declared, err = declarations(nb.Cells[at].Source); err != nil {
			return nil, fmt.Errorf("the cell tagged parameters: %w", err)
		}
	}
	var source strings.Builder
	source.WriteString("// Parameters\n")
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !token.IsIdentifier(name) {
			return nil, fmt.Errorf("parameter %q: not a Go identifier", name)
		}
		k, known := declared[name]
		literal, err := k.literal(values[name])
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", name, err)
		}
		if known {
			fmt.Fprintf(&source, "%s = %s\n", name, literal)
			continue
		}
		unknown = append(unknown, name)
		fmt.Fprintf(&source, "%s := %s\n", name, literal)
	}
	inject(nb, at, strings.TrimSuffix(source.String(), "\n"))
	return unknown, nil
}

func inject(nb *Notebook, after int, source string) {
	old := slices.IndexFunc(nb.Cells, func(c *Cell) bool { return c.Tagged(injectedTag) })
	if old >= 0 {
		nb.Cells[old].Source = source
		return
	}
	nb.Cells = slices.Insert(nb.Cells, after+1, &Cell{
		Type: "code", ID: freeID(nb, injectedTag), Source: source,
		Metadata: map[string]any{"tags": []any{injectedTag}},
	})
}

func freeID(nb *Notebook, id string) string {
	for n := 2; slices.ContainsFunc(nb.Cells, func(c *Cell) bool { return c.ID == id }); n++ {
		id = fmt.Sprintf("%s-%d", injectedTag, n)
	}
	return id
}

// A kind is what the declaration of a parameter tells about its type; "" is nothing.
type kind string

const (
	intKind    kind = "int"
	floatKind  kind = "float"
	boolKind   kind = "bool"
	stringKind kind = "string"
)

// declarations finds the variables of a cell and the kinds that can be read off.
func declarations(source string) (map[string]kind, error) {
	found := map[string]kind{}
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func _() {"+withoutImports(source)+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for i, name := range n.Lhs {
					found[name.(*ast.Ident).Name] = valueKind(n.Rhs, i, len(n.Lhs))
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				found[name.Name] = valueKind(n.Values, i, len(n.Names))
				if n.Type != nil {
					found[name.Name] = typeKind(n.Type)
				}
			}
		case *ast.BlockStmt:
			return n == file.Decls[0].(*ast.FuncDecl).Body // inner blocks have their own names
		}
		return true
	})
	return found, nil
}

// withoutImports blanks the lines of imports, which may stand anywhere in a cell.
func withoutImports(source string) string {
	return importLines.ReplaceAllString(source, "")
}

var importLines = regexp.MustCompile(`(?m)^\s*import\s+(\([^)]*\)|[^\n]*)`)

func valueKind(values []ast.Expr, i, names int) kind {
	if len(values) != names {
		return ""
	}
	v := values[i]
	if sign, ok := v.(*ast.UnaryExpr); ok {
		v = sign.X
	}
	switch v := v.(type) {
	case *ast.BasicLit:
		return map[token.Token]kind{token.INT: intKind, token.FLOAT: floatKind, token.STRING: stringKind}[v.Kind]
	case *ast.Ident:
		if v.Name == "true" || v.Name == "false" {
			return boolKind
		}
	}
	return ""
}

func typeKind(t ast.Expr) kind {
	id, ok := t.(*ast.Ident)
	switch {
	case !ok:
		return ""
	case strings.HasPrefix(id.Name, "int"), strings.HasPrefix(id.Name, "uint"):
		return intKind
	case strings.HasPrefix(id.Name, "float"):
		return floatKind
	case id.Name == "bool":
		return boolKind
	case id.Name == "string":
		return stringKind
	}
	return ""
}

// literal is the Go spelling of a value of the kind.
func (k kind) literal(value string) (string, error) {
	spell, ok := spellings[k]
	if !ok {
		for _, guess := range []kind{intKind, floatKind, boolKind} {
			if s, ok := spellings[guess](value); ok {
				return s, nil
			}
		}
		return strconv.Quote(value), nil
	}
	s, ok := spell(value)
	if !ok {
		return "", fmt.Errorf("%q is not a value of type %s", value, k)
	}
	return s, nil
}

var spellings = map[kind]func(string) (string, bool){
	intKind: func(s string) (string, bool) {
		_, err := strconv.ParseInt(s, 0, 64)
		return s, err == nil
	},
	floatKind: func(s string) (string, bool) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != f || f > 1e308 || f < -1e308 {
			return "", false // Go has no literal for these
		}
		if !strings.ContainsAny(s, ".eEpP") {
			s += ".0"
		}
		return s, true
	},
	boolKind: func(s string) (string, bool) {
		b := strings.ToLower(s)
		return b, b == "true" || b == "false"
	},
	stringKind: func(s string) (string, bool) { return strconv.Quote(s), true },
}
