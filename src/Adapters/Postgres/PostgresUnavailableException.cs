namespace Padron.Adapters.Postgres;

/// <summary>There is no PostgreSQL to work with. The message is for the operator and says what to do; the command line exits with 3.</summary>
public sealed class PostgresUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
