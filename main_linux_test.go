package main

// userKernel is where install puts the kernel, under the home.
const userKernel = ".local/share/jupyter/kernels/parago"
