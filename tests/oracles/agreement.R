# Prints, for every group of three data sets of the package multilevel, its ratings and what the package makes of them:
# set, group, items, r*wg(j) with a null variance of 2 (five points), AD_M, then the ratings, an item after the other.
# bhr2000 holds ratings of eleven items on five points as they were given. The others hold means of several questions;
# they are first put on five points: those of bh1996, which go from 0 to 5, rounded, those of klein2000, which are
# around 0, cut into fifths.
suppressMessages(library(multilevel))
options(digits = 17)
say <- function(set, items, group) {
  lindell <- rwg.j.lindell(items, group, ranvar = 2)
  deviation <- ad.m(items, group)
  for (g in unique(group)) {
    kept <- items[group == g, ]
    if (nrow(kept) < 2) next
    found <- c(lindell$rwg.lindell[lindell$grpid == g], deviation$AD.M[deviation$grpid == g])
    cat(set, g, ncol(kept), found, unlist(kept), "\n")
  }
}
rounded <- function(x) pmax(1, round(x))
fifths <- function(x) findInterval(x, quantile(x, 1:4 / 5)) + 1
data(bh1996)
data(klein2000)
data(bhr2000)
say("bh1996", as.data.frame(lapply(bh1996[, c("COHES", "LEAD", "WBEING")], rounded)), bh1996$GRP)
say("klein2000", as.data.frame(lapply(klein2000[, c("JOBSAT", "COHES", "POSAFF", "PAY")], fifths)), klein2000$GRPID)
say("bhr2000", bhr2000[, 2:12], bhr2000$GRP)
