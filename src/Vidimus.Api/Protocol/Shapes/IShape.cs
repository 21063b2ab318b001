using System.Text.Json;

namespace Vidimus.Api.Protocol;

/// <summary>A structure of a service model, with its form in JSON.</summary>
internal interface IShape
{
    void Write(Utf8JsonWriter writer);
}

/// <inheritdoc/>
internal interface IShape<TSelf> : IShape where TSelf : IShape<TSelf>
{
    /// <summary>Reads the value at the reader. Members that the model does not know are passed over, <c>null</c> is as absent.</summary>
    /// <exception cref="JsonException">A value has another type than the model says.</exception>
    static abstract TSelf Read(ref Utf8JsonReader reader);
}

/// <summary>A structure that requests hold, with the model's constraints.</summary>
internal interface IChecked
{
    void Check(Checks checks);
}

/// <summary>The input of an operation.</summary>
internal interface IRequest<TSelf> : IShape<TSelf>, IChecked where TSelf : IRequest<TSelf>
{
    /// <summary>With the members that stand in the path and in the query.</summary>
    TSelf Bind(RequestParts parts);
}

/// <summary>For the operations whose model names no input or no output.</summary>
internal sealed record NoShape : IRequest<NoShape>
{
    public static NoShape Read(ref Utf8JsonReader reader)
    {
        Wire.StartObject(ref reader);
        while (Wire.NextMember(ref reader)) reader.Skip();
        return new();
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }

    public void Check(Checks checks)
    {
    }

    public NoShape Bind(RequestParts parts) => this;
}
