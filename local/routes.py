"""The HTTP API's routes and authorizers, made one by one.

SAM turns HttpApi events into an OpenAPI `Body`. AWS imports it; ministack 1.5 leaves the API without a route.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a URI may name its function by: itself, or its alias.
_FUNCTION = re.compile(r'\$\{(\w+)(?:\.Arn)?\}|"Fn::GetAtt": \["(\w+)", "Arn"\]|:function:([\w-]+)')
_ANY_METHOD = "x-amazon-apigateway-any-method"


def create_routes(cloudformation: Any, gateway: Any, functions: Any, stack_name: str, cors_origins: str = "") -> int:
    """Create what the deployed stack's API has in its Body; the number of routes. `cors_origins`: as its parameter."""
    template = cloudformation.get_template(StackName=stack_name, TemplateStage="Processed")["TemplateBody"]
    if isinstance(template, str):
        template = json.loads(template)
    described = cloudformation.describe_stack_resources(StackName=stack_name)["StackResources"]
    physical = {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in described}
    count = 0
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            bridge, body = _Bridge(gateway, functions, physical, physical[name]), resource["Properties"].get("Body", {})
            count += bridge.create(body)
            if cors_origins:
                bridge.let_call(cors_origins.split(","), body["x-amazon-apigateway-cors"])
    return count


@dataclass
class _Bridge:
    gateway: Any
    functions: Any
    physical: Mapping[str, str]
    api_id: str
    integrations: dict[str, str] = field(default_factory=dict)
    arns: dict[str, str] = field(default_factory=dict)

    def create(self, body: Mapping[str, Any]) -> int:
        schemes = body.get("components", {}).get("securitySchemes", {})
        authorizers = {
            name: self._authorizer(name, scheme["x-amazon-apigateway-authorizer"]) for name, scheme in schemes.items()
        }
        count = 0
        for key, operation in _operations(body.get("paths", {})):
            named = [name for security in operation.get("security", []) for name in security if name in authorizers]
            extra = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizers[named[0]]} if named else {}
            target = f"integrations/{self._integration(operation['x-amazon-apigateway-integration'])}"
            self.gateway.create_route(ApiId=self.api_id, RouteKey=key, Target=target, **extra)
            count += 1
        return count

    def let_call(self, origins: list[str], declared: Mapping[str, Any]) -> None:
        """Have pages of these origins call the API. `declared`: under the condition that there are any."""
        _, cors, _ = declared["Fn::If"]
        named = {name[0].upper() + name[1:]: value for name, value in cors.items()}
        self.gateway.update_api(ApiId=self.api_id, CorsConfiguration={**named, "AllowOrigins": origins})

    def _authorizer(self, name: str, declared: Mapping[str, Any]) -> str:
        created = self.gateway.create_authorizer(
            ApiId=self.api_id,
            Name=name,
            AuthorizerType="REQUEST",
            IdentitySource=list(declared["identitySource"]),
            AuthorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            f"{self._arn(declared['authorizerUri'])}/invocations",
            AuthorizerPayloadFormatVersion=str(declared["authorizerPayloadFormatVersion"]),
            EnableSimpleResponses=bool(declared["enableSimpleResponses"]),
            AuthorizerResultTtlInSeconds=int(declared["authorizerResultTtlInSeconds"]),
        )
        return str(created["AuthorizerId"])

    def _integration(self, declared: Mapping[str, Any]) -> str:
        arn = self._arn(declared["uri"])
        if arn not in self.integrations:
            created = self.gateway.create_integration(
                ApiId=self.api_id,
                IntegrationType="AWS_PROXY",
                IntegrationMethod="POST",
                IntegrationUri=arn,
                PayloadFormatVersion=str(declared["payloadFormatVersion"]),
            )
            self.integrations[arn] = created["IntegrationId"]
        return self.integrations[arn]

    def _arn(self, uri: Any) -> str:
        """The ARN of the function that an integration's or authorizer's URI names, however it is written.

        An alias stands for its function: what is changed in a function here, such as its environment in a test,
        is to be seen by the next request, as a published version would not show it.
        """
        text = uri if isinstance(uri, str) else json.dumps(uri)
        named = [first or second or third for first, second, third in _FUNCTION.findall(text)]
        # Beside the name there are placeholders of no resource, such as ${__FunctionArn__}.
        identity = next((self.physical[name] for name in named if name in self.physical), named[-1])
        name = identity.partition(":function:")[2].partition(":")[0] or identity
        if name not in self.arns:
            self.arns[name] = self.functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        return self.arns[name]


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, operations in paths.items():
        for method, operation in operations.items():
            verb = "ANY" if method == _ANY_METHOD else method.upper()
            yield ("$default" if path.lstrip("/") == "$default" else f"{verb} {path}"), operation
