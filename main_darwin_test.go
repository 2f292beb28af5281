package main

// userKernel is where install puts the kernel, under the home.
const userKernel = "Library/Jupyter/kernels/parago"
