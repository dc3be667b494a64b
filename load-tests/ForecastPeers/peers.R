# ETS, auto.arima and TBATS on the series and origins of an evaluation, and the scores of both: docs/load-tests.md.
# Arguments: counts, hierarchy, origins, the folder of the evaluation.
suppressPackageStartupMessages(library(forecast))
arguments <- commandArgs(trailingOnly = TRUE)
horizon <- 28
probabilities <- (1:19) / 20

counts <- read.csv(arguments[1])
counts$day <- as.Date(substr(counts$timestamp, 1, 10))
days <- seq(min(counts$day), max(counts$day), 1)
areas <- sort(unique(counts$area))
series <- sapply(areas, function(area) {
  own <- counts[counts$area == area, ]
  sums <- tapply(own$count, factor(as.character(own$day), as.character(days)), sum)
  ifelse(is.na(sums), 0, sums)
})
series <- cbind(series, rowSums(series))
colnames(series)[ncol(series)] <- read.csv(arguments[2])$parent[1]
origins <- match(as.Date(read.csv(arguments[3])$origin), days)

# Each as its package advises: a week; TBATS a year too. Normal intervals, nothing below 0.
methods <- list(
  ets = function(known) forecast(ets(ts(known, frequency = 7)), h = horizon, level = 10 * (1:9)),
  auto.arima = function(known) forecast(auto.arima(ts(known, frequency = 7)), h = horizon, level = 10 * (1:9)),
  tbats = function(known) forecast(tbats(msts(known, c(7, 365.25)), use.parallel = FALSE), h = horizon, level = 10 * (1:9)))

pinball <- function(y, quantiles) mean(ifelse(y >= quantiles, probabilities * (y - quantiles), (1 - probabilities) * (quantiles - y)))

rows <- list()
seconds <- sapply(methods, function(method) 0)
for (name in names(methods)) {
  for (origin in origins) {
    for (area in colnames(series)) {
      before <- proc.time()
      said <- methods[[name]](series[seq_len(origin - 1), area])
      took <- proc.time() - before
      seconds[name] <- seconds[name] + sum(took[c(1, 2, 4, 5)])
      for (step in seq_len(min(horizon, length(days) - origin + 1))) {
        quantiles <- pmax(0, c(rev(said$lower[step, ]), said$mean[step], said$upper[step, ]))
        y <- series[origin + step - 1, area]
        rows[[length(rows) + 1]] <- data.frame(model = name, area, y, mean = max(0, said$mean[step]), pinball = pinball(y, quantiles), covered = y >= quantiles[2] & y <= quantiles[18])
      }
    }
  }
}
peers <- do.call(rbind, rows)

own <- read.csv(file.path(arguments[4], "predictions.csv"), check.names = FALSE)
own$y <- series[cbind(match(as.Date(own$timestamp), days), match(own$area, colnames(series)))]
quantiles <- as.matrix(own[, grep("^q0", names(own))])
own$pinball <- sapply(seq_len(nrow(own)), function(i) pinball(own$y[i], quantiles[i, ]))
own$covered <- own$y >= quantiles[, 2] & own$y <= quantiles[, 18]
scores <- read.csv(file.path(arguments[4], "scores.csv"))
seconds <- c(seconds, tapply(scores$seconds, scores$model, max))

# A level's score is the mean over its series, each counting the same: here all have as many.
all <- rbind(peers, own[, names(peers)])
all$level <- ifelse(all$area == tail(colnames(series), 1), "total", "area")
table <- do.call(rbind, lapply(split(all, list(all$model, all$level)), function(part) data.frame(
  model = part$model[1], level = part$level[1], forecasts = nrow(part), mae = mean(abs(part$y - part$mean)), rmse = sqrt(mean((part$y - part$mean)^2)),
  crps = 2 * mean(part$pinball), covered80 = mean(part$covered), seconds = seconds[[part$model[1]]])))
table <- table[order(table$level, table$crps), ]
write.csv(table, file.path(arguments[4], "peers.csv"), row.names = FALSE)
print(table, row.names = FALSE, digits = 4)
