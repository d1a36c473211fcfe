using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Padron.Integration.Tests.Plans;

/// <summary>
/// Keeps the plan of every statement that a data source runs: auto_explain sends it to the client as a notice, with the real parameters,
/// and Npgsql writes notices to its log.
/// </summary>
sealed class PlanLog : ILogger
{
    // Every plan that a statement had, for one parameter or another.
    readonly ConcurrentDictionary<CapturedPlan, bool> plans = [];

    public IReadOnlyCollection<CapturedPlan> Plans =>
        [.. plans.Keys.OrderBy(plan => plan.Statement, StringComparer.Ordinal).ThenBy(plan => plan.Plan, StringComparer.Ordinal)];

    /// <summary>A data source whose statements are kept here. Its user has to be a superuser, as the private server's is.</summary>
    /// <param name="connectionString">Its own options are replaced.</param>
    public NpgsqlDataSource Over(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_level=notice"
                + " -c auto_explain.log_nested_statements=on"
                // The one planner setting that the private server takes from the machine's memory.
                + " -c effective_cache_size=4GB",
        };
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        builder.UseLoggerFactory(LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(new Provider(this))));
        return builder.Build();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values
            && values.FirstOrDefault(value => value.Key == "NoticeText").Value is string notice && CapturedPlan.Parse(notice) is { } plan
            && !plan.Statement.StartsWith("SELECT version()", StringComparison.Ordinal)) // Npgsql asks each database for its types
        {
            plans[plan] = true;
        }
    }

    sealed class Provider(PlanLog log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
