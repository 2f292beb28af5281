// Package lab runs our notebooks as users do: in JupyterLab with a browser, and with Jupyter's
// programs that run a notebook without a window.
package lab
