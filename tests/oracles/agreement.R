# Prints, for every group of two data sets of the package multilevel, its ratings and what the package makes of them:
# set, group, r*wg(j) with a null variance of 2 (five points), AD_M, then the ratings, an item after the other.
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
data(bh1996)
data(klein2000)
say("bh1996", bh1996[, c("COHES", "LEAD", "WBEING")], bh1996$GRP)
say("klein2000", klein2000[, c("JOBSAT", "COHES", "POSAFF", "PAY")], klein2000$GRPID)
